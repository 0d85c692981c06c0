# ruff: noqa: C408
"""Makes two tiny segment-anything models, sam and sam2, in a folder: python tiny_sam.py FOLDER."""

import sys

import torch
import transformers as tr


def sam(folder):
    config = tr.SamConfig(
        vision_config=dict(
            hidden_size=16, output_channels=16, num_hidden_layers=1, num_attention_heads=2, image_size=64, patch_size=8,
            window_size=4, global_attn_indexes=[0], num_pos_feats=8, mlp_dim=32,
        ),
        prompt_encoder_config=dict(hidden_size=16, image_size=64, patch_size=8, mask_input_channels=4),
        mask_decoder_config=dict(
            hidden_size=16, mlp_dim=32, num_hidden_layers=1, num_attention_heads=2, iou_head_hidden_dim=16,
            iou_head_depth=2,
        ),
    )  # fmt: skip
    tr.SamModel(config).save_pretrained(folder)
    eyes = tr.SamImageProcessor(
        size={"longest_edge": 64},
        pad_size={"height": 64, "width": 64},
        mask_size={"longest_edge": 32},
        mask_pad_size={"height": 32, "width": 32},
    )
    tr.SamProcessor(eyes).save_pretrained(folder)


def sam2(folder):
    backbone = dict(
        model_type="sam2_hiera_det_model", hidden_size=8, num_attention_heads=1, embed_dim_per_stage=[8, 16, 32, 64],
        num_attention_heads_per_stage=[1, 1, 1, 1], blocks_per_stage=[1, 1, 2, 1], global_attention_blocks=[3],
        window_size_per_stage=[4, 4, 4, 4], image_size=[64, 64], window_positional_embedding_background_size=[4, 4],
    )  # fmt: skip
    config = tr.Sam2Config(
        vision_config=dict(
            backbone_config=backbone, backbone_channel_list=[64, 32, 16, 8],
            backbone_feature_sizes=[[16, 16], [8, 8], [4, 4]], fpn_hidden_size=16,
        ),
        prompt_encoder_config=dict(hidden_size=16, image_size=64, patch_size=16, mask_input_channels=4),
        mask_decoder_config=dict(
            hidden_size=16, mlp_dim=16, num_hidden_layers=2, num_attention_heads=2, iou_head_hidden_dim=16,
            iou_head_depth=2,
        ),
    )  # fmt: skip
    tr.Sam2Model(config).save_pretrained(folder)
    eyes = tr.Sam2ImageProcessor(size={"height": 64, "width": 64}, mask_size={"height": 16, "width": 16})
    tr.Sam2Processor(eyes).save_pretrained(folder)


if __name__ == "__main__":
    for kind in (sam, sam2):
        torch.manual_seed(0)
        kind(f"{sys.argv[1]}/{kind.__name__}")
